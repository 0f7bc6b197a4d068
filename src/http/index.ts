export { OwnDataLinks } from './own-data-links.js';
export { buildServer, type ServerOptions } from './server.js';
export type { Services } from './services.js';
export { changeCertificate, type ListenerTls } from './tls.js';
