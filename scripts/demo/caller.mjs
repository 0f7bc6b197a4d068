/** One API key's way to call the service. */
export class Caller {
  /**
   * @param {string} url
   * @param {string} key
   */
  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<{ status: number, body: any }>}
   */
  async call(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
}

/** The recording's length, and as much again for a slow machine. */
const longestRoundMs = 120_000;

/**
 * Waits until the recording shows a scene's person near.
 *
 * @param {Caller} caller
 * @param {{ nearFromMs: number, startMs: number, nearUntilMs: number }} scene
 */
export async function sceneNear(caller, scene) {
  const giveUpAtMs = performance.now() + longestRoundMs;
  while (performance.now() < giveUpAtMs) {
    const { body } = await caller.call('GET', '/v1/health');
    const position = body.cameras[0]?.positionMs ?? -1;
    if (position >= scene.nearFromMs - 300 && position < scene.nearFromMs + 500) return;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  throw new Error('the recording does not play: see `menshen doctor`');
}
