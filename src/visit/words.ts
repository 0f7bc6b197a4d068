/** The texts of one language: keys of `config/languages/<tag>/receipts.json`; a key that is missing comes back as it is. */
export type Words = (key: string) => string;

/** Texts by language; an unknown or missing language gets the site's own. */
export type Wording = (language: string | undefined) => Words;
