import { CsvError, type Options, parse } from 'csv-parse';
import { MenshenError } from '../core/index.js';
import { decoded, type Encoding } from './decode.js';
import { type ColumnName, readHeader } from './header.js';

export const largestFileBytes = 4 * 1024 * 1024;
const mostRows = 20_000;
const largestRowBytes = 16 * 1024;
const rowsPerSlice = 200;

/** A row as it stands in the file; `line` is what an editor or a spreadsheet shows beside it. */
export interface RawRow {
  readonly line: number;
  readonly cells: Readonly<Partial<Record<ColumnName, string>>>;
  /** Cells beyond the header's, or missing ones. */
  readonly misshapen: boolean;
}

export interface Table {
  readonly encoding: Encoding;
  readonly columns: readonly ColumnName[];
  readonly rows: readonly RawRow[];
}

/** Reads the whole table in slices, so that the gate answers meanwhile. @throws MenshenError `body-invalid`, `body-too-large`. */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > largestFileBytes) throw tooLarge(`${largestFileBytes} bytes`);
  const { text, encoding } = decoded(bytes);
  const parser = parse(text, { ...options, delimiter: delimiterOf(text) });
  const rows: RawRow[] = [];
  let columns: ReadonlyMap<number, ColumnName> | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (columns === undefined) columns = readHeader(record.map(unwrapped));
      else rows.push(rowOf(record, info.lines, columns));
      if (rows.length > mostRows) throw tooLarge(`${mostRows} rows`);
      if (rows.length % rowsPerSlice === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (thrown) {
    throw isCsvError(thrown) ? unreadable(thrown) : thrown;
  }
  if (columns === undefined) throw new MenshenError('body-invalid', 'The file is empty.');
  return { encoding, columns: [...columns.values()], rows };
}

const options: Options = {
  info: true,
  relax_column_count: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  trim: true,
  max_record_size: largestRowBytes,
};

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Spreadsheets write what the country's list separator is. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n|\r/, 1);
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best)).sign;
}

function rowOf(record: readonly string[], line: number, columns: ReadonlyMap<number, ColumnName>): RawRow {
  const cells: Partial<Record<ColumnName, string>> = {};
  for (const [index, name] of columns) {
    const cell = unwrapped(record[index] ?? '');
    if (cell !== '') cells[name] = cell;
  }
  return { line, cells, misshapen: record.length !== columns.size };
}

/** `="00123"` is how a number's leading zeros are saved from a spreadsheet. */
const unwrapped = (cell: string): string => /^="([^"=]*)"$/.exec(cell)?.[1] ?? cell;

// By its class: not every one of its codes begins with `CSV_`.
const isCsvError = (thrown: unknown): thrown is CsvError => thrown instanceof CsvError;

/** Its own words repeat what stands in the file. */
function unreadable(error: CsvError): MenshenError {
  const line = Reflect.get(error, 'lines');
  const where = typeof line === 'number' ? ` near line ${line}` : '';
  return new MenshenError(
    'body-invalid',
    `The table cannot be read${where}: look for a quotation mark without its other.`,
  );
}

const tooLarge = (most: string): MenshenError =>
  new MenshenError('body-too-large', `At most ${most} are imported at once. Split the table.`);
