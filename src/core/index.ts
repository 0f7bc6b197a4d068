export * from './decision.js';
export * from './errors.js';
export * from './evidence.js';
export * from './guidance.js';
export * from './observation.js';
export * from './picture.js';
export * from './ports.js';
export * from './seeing.js';
