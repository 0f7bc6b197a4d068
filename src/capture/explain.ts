/** What a program said about a camera, as a sentence for the operator with the remedy. */

interface Explanation {
  readonly said: RegExp;
  readonly means: string;
}

const v4l2Explanations: readonly Explanation[] = [
  {
    said: /No such (file|device)|ENODEV|cannot open video device.*No such/i,
    means: 'is not there. Plug it in, or name another device.',
  },
  { said: /resource busy/i, means: 'is in use by another program. Close that program.' },
  { said: /permission denied/i, means: 'may not be opened. Add the service’s user to the group "video".' },
  {
    said: /not a video capture|inappropriate ioctl/i,
    means: 'is not a camera that can record. Name another device; cameras often have two.',
  },
  {
    said: /invalid argument/i,
    means: 'cannot do this size or frame rate. Choose one that "v4l2-ctl --list-formats-ext" shows.',
  },
];

const rtspExplanations: readonly Explanation[] = [
  {
    said: /failed: 401|unauthori[sz]ed/i,
    means: 'refuses the user name or password. Correct them in the configuration.',
  },
  { said: /failed: 403|forbidden/i, means: 'forbids this stream to this user. Change that in the camera’s settings.' },
  { said: /failed: 404|not found/i, means: 'has no stream at this path. Correct the path in the URL.' },
  {
    said: /connection refused/i,
    means: 'does not take connections. Switch RTSP on in its settings, or correct the port.',
  },
  { said: /no route|unreachable/i, means: 'cannot be reached. Check the network and the address.' },
  { said: /timed out|timeout/i, means: 'does not answer. Check its power, the network and the address.' },
  {
    said: /failed: 461|unsupported transport/i,
    means: 'does not offer this transport. Use the other one of tcp and udp.',
  },
];

export function explainV4l2(device: string, lines: readonly string[]): string {
  return explain(`The camera ${device}`, v4l2Explanations, lines);
}

/** @param host of the camera, without credentials; `lines` are redacted already */
export function explainRtsp(host: string, lines: readonly string[]): string {
  return explain(`The camera at ${host}`, rtspExplanations, lines);
}

function explain(subject: string, explanations: readonly Explanation[], lines: readonly string[]): string {
  for (const { said, means } of explanations) {
    if (lines.some((line) => said.test(line))) return `${subject} ${means}`;
  }
  const last = lines.at(-1);
  const detail = last === undefined ? '' : ` (the video program says: ${last.trim()})`;
  return `${subject} stopped sending pictures${detail}. Check its power and its connection.`;
}
