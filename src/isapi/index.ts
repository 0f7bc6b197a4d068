/** An ISAPI-style dialect for panels that speak it, over the same services as the product's own interface. */
export type { AlertContext } from './alert.js';
export { isapiCheckDialect, isapiDialect, isIsapiHost } from './dialect.js';
export { type IsapiSettings, isapiFront } from './front.js';
