/** The part of node-webcam 0.8 that is used; the package brings no types. */
declare module 'node-webcam' {
  interface WebcamOptions {
    width: number;
    height: number;
    quality: number;
    output: 'jpeg';
    device: string | false;
    callbackReturn: 'location';
    saveShots: boolean;
    verbose: boolean;
  }
  interface Webcam {
    capture(location: string, done: (error: Error | null, location?: string) => void): void;
  }
  const NodeWebcam: { create(options: WebcamOptions): Webcam };
  export default NodeWebcam;
}
