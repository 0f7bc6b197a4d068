import { MenshenError, urlOf } from '../core/index.js';

/**
 * `http.publicUrl` goes into a printed code that people scan: nothing may be in it but where the terminal is.
 *
 * @throws MenshenError `config-invalid`.
 */
export function checkPublicUrl(text: string, mode: 'live' | 'demonstration'): void {
  const url = urlOf(text);
  const secure = url?.protocol === 'https:' || (mode === 'demonstration' && url?.protocol === 'http:');
  if (url === undefined || !secure || url.origin !== text) {
    throw new MenshenError(
      'config-invalid',
      'http.publicUrl must be the terminal’s https address on the LAN and nothing more, such as https://10.0.0.5:8460 (no path, no slash at the end). Correct it and start again.',
    );
  }
}
