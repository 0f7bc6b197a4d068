/**
 * Must be imported before the runtime is: its builds keep a device id and an event database below the home folder for
 * upload to their maker, and this variable, read when the runtime starts, is the only switch the Node binding leaves
 * (invariants 1 and 10). A worker thread has a copy of the environment only: load the runtime in a process of its own.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';

export {};
