import { MenshenError } from '../core/index.js';
import type { Config } from './schema.js';

/** What goes with what inside a declaration: rules that the schema cannot say. */
export function checkDeclarations({ site, face }: Config): void {
  const { classifiedProtection, publicService, listedEquipment } = site;
  if (isThin(site.necessity)) {
    refuse(
      'M4.2: site.necessity says too little. State why face verification is needed here: in a sentence of your own.',
    );
  }
  if (classifiedProtection !== undefined) {
    needs('classifiedProtection', 'applies', classifiedProtection, ['level', 'certificate', 'expiresOn']);
  }
  if (publicService !== undefined) needs('publicService', 'provided', publicService, ['certificate', 'expiresOn']);
  if (listedEquipment !== undefined) needs('listedEquipment', 'listed', listedEquipment, ['certificate']);
  if (face.method === '1:N' && face.identificationJustification === undefined) {
    refuse(
      'M4.3: face.method "1:N" needs face.identificationJustification: the id of the assessment that justifies it, and why. Or use "1:1".',
    );
  }
}

/** D12, D16: at such a site a face match is never the final answer. */
export function facesGoToStaff({ site }: Config): boolean {
  return site.majorInterests?.involved === true || site.secrecyLawData?.involved === true;
}

const fewestLetters = 10;
const fewestHanCharacters = 5;

/** M4.2: a statement of a word or two states nothing. */
export function isThin(statement: string): boolean {
  const han = statement.match(/\p{Script=Han}/gu)?.length ?? 0;
  const letters = statement.match(/\p{L}/gu)?.length ?? 0;
  return han < fewestHanCharacters && letters < fewestLetters;
}

/** With the flag on, its evidence; with the flag off, the statement why not. */
function needs(name: string, flag: string, declaration: Readonly<Record<string, unknown>>, evidence: string[]): void {
  const wanted = declaration[flag] === true ? evidence : ['statement'];
  const missing = wanted.filter((key) => declaration[key] === undefined);
  if (missing.length === 0) return;
  throw new MenshenError(
    'config-invalid',
    `site.${name}.${missing.join(`, site.${name}.`)} is missing: with ${flag}: ${String(declaration[flag])} it must be stated.`,
  );
}

function refuse(why: string): never {
  throw new MenshenError('site-refused', why);
}
