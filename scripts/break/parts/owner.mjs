import { once } from 'node:events';
import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

/**
 * A call as the device's owner, over their socket.
 *
 * @param {string} socketPath
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} target
 * @param {unknown} [body]
 * @returns {Promise<{ status: number, body: any }>}
 */
export async function asOwner(socketPath, method, target, body) {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
  const sent = request({ socketPath, method, path: target, headers });
  sent.end(payload);
  const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await once(sent, 'response'));
  const text = await textOf(response);
  return { status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) };
}
