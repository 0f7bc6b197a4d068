/** Room for what follows. */
export const outbox = '';
