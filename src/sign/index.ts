export { captureZoneHash, signHash } from './fields.js';
export type { SignFormat } from './render.js';
export { Sign } from './sign.js';
