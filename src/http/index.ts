export { callerOrThrow, stillAllowed } from './auth.js';
export { type Listening, streamLive } from './live-events.js';
export { OwnDataLinks } from './own-data-links.js';
export { translatedError } from './problems.js';
export type { Server } from './route.js';
export { buildServer, type ServerOptions } from './server.js';
export type { Front, Services } from './services.js';
export { changeCertificate, type ListenerTls } from './tls.js';
