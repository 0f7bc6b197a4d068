export type { SignFormat } from './render.js';
export { Sign } from './sign.js';
