/** Room for what follows. */
export const doors = '';
