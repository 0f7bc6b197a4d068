export { createDetector, type DetectedFace, type FaceDetector } from './detector.js';
export { createLandmarkFinder, fivePointsOf, type LandmarkFinder, type LocatedFace } from './landmarks.js';
export { keepBest, overlapOf } from './overlap.js';
export { splitByZone, type ZoneSplit } from './zone.js';
