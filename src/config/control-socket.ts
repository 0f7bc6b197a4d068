import { join } from 'node:path';

/** The owner's socket: whoever can open it (mode 0600) is the device's admin. */
export const controlSocketPath = (storeFolder: string): string => join(storeFolder, 'control.sock');
