/** Room for what follows. */
export const keyRecords = '';
