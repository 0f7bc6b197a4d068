import { rasterOf } from './vector.mjs';

/**
 * What the gate's camera sees while nobody is there: a lobby, out of focus.
 *
 * @param {{ width: number, height: number }} size
 * @returns {Promise<Float32Array>} R,G,B interleaved, 0..255
 */
export async function paintLobby({ width, height }) {
  const lobby = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="${width}" height="${height}">
    <defs>
      <linearGradient id="wall" x2="1"><stop offset="0" stop-color="#8d8578"/><stop offset="0.55" stop-color="#aaa294"/><stop offset="1" stop-color="#7c756b"/></linearGradient>
      <linearGradient id="floor" x2="0" y2="1"><stop offset="0" stop-color="#6f675c"/><stop offset="1" stop-color="#37332e"/></linearGradient>
      <linearGradient id="pane" x2="0" y2="1"><stop offset="0" stop-color="#e9e6dc"/><stop offset="1" stop-color="#a9b0ab"/></linearGradient>
    </defs>
    <rect width="640" height="480" fill="url(#wall)"/>
    <rect width="640" height="62" fill="#c9c2b2"/>
    ${[70, 240, 410, 560].map((x) => `<ellipse cx="${x}" cy="34" rx="34" ry="9" fill="#fff6df"/>`).join('')}
    ${[22, 118, 470].map((x) => `<rect x="${x}" y="92" width="80" height="210" fill="url(#pane)" stroke="#4d4943" stroke-width="7"/>`).join('')}
    <rect x="246" y="120" width="120" height="206" fill="#5b5348"/><rect x="258" y="132" width="96" height="194" fill="#71685a"/>
    <path d="M588 326 q-22 -96 8 -150 q6 70 30 84 q-20 20 -14 66z" fill="#47543a"/><rect x="580" y="318" width="44" height="40" fill="#6a5848"/>
    <path d="M0 322 H640 V480 H0z" fill="url(#floor)"/>
    <path d="M0 322 H640" stroke="#554e45" stroke-width="5"/>
  </svg>`;
  const { rgba } = await rasterOf(lobby, 7);
  return Float32Array.from({ length: width * height * 3 }, (_, at) => rgba[Math.floor(at / 3) * 4 + (at % 3)] ?? 0);
}
