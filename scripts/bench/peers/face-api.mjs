// SSD detector, 68 landmarks and descriptor; it has no attack detection.
import path from 'node:path';
import { height, serve, width } from './serve.mjs';
import { fromPeer, modules, openTensorflow } from './tensorflow.mjs';

const tf = await openTensorflow();
const folder = path.join(modules, '@vladmandic', 'face-api');
const faceapi = fromPeer(path.join(folder, 'dist', 'face-api.node-wasm.js'));
for (const net of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet']) {
  await faceapi.nets[net].loadFromDisk(path.join(folder, 'model'));
}
const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 1 });
serve(async (rgb) => {
  const tensor = tf.tensor3d(rgb, [height, width, 3], 'int32');
  const faces = await faceapi.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors();
  tf.dispose(tensor);
  return faces.length === 1 && faces[0].descriptor.length > 0;
});
