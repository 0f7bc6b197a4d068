/** What a validator of JSON schemas (TypeBox, Ajv) says of a value, as far as it is read here. */
export interface SchemaComplaint {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** Where the first complaint is that a value is none of several words: those words. Otherwise undefined. */
export function choicesIn(complaints: readonly SchemaComplaint[]): readonly string[] | undefined {
  const [first] = complaints;
  if (first?.keyword !== 'const') return undefined;
  return complaints
    .filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === first.instancePath)
    .map(({ params }) => String('allowedValue' in params ? params.allowedValue : ''));
}
