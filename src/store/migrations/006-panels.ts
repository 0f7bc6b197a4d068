/** Room for what follows. */
export const panels = '';
