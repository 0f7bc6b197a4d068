import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { checkReceipt } from '../../retention/index.js';
import type { Line } from '../../visit/index.js';
import { say } from '../console.js';
import { type Context, withApi } from '../context.js';
import { writeNew } from '../write-new.js';

/** Receipts for people: to print, and to check anywhere. */
export function addReceiptCommands(program: Command, context: Context): void {
  const receipt = program.command('receipt').description('signed receipts: print one, check one off line');
  receipt
    .command('show <receiptId>')
    .description('print a receipt in words')
    .option('--language <tag>', 'zh, en or another folder of config/languages', 'zh')
    .option('--out <file>', 'also write the signed file that `menshen receipt verify` checks')
    .action((id: string, options: { language: string; out?: string }) =>
      withApi(context, async (api) => {
        const path = `/v1/receipts/${encodeURIComponent(id)}?language=${encodeURIComponent(options.language)}`;
        const { lines, keyId, signed } = (await api.call('GET', path)) as ShownReceipt;
        for (const { label, text } of lines) say(`${label}: ${text}`);
        say(`Ed25519 ${keyId}`);
        if (options.out !== undefined) writeNew(options.out, `${signed}\n`);
      }),
    );
  receipt
    .command('verify <file>')
    .description('check a receipt without a store, a configuration or a network; exit code 5 when it does not hold')
    .option('--key <base64>', 'the device’s public key (GET /v1/device); without it the key in the file is used')
    .action((file: string, { key }: { key?: string }) => {
      const { kind, keyId, checkedWith, record } = checkReceipt(readText(file), key);
      say(`The signature holds: ${kind}, signed by the device key ${keyId}.`);
      if (checkedWith === 'the key in the file')
        say('That is the key in the file itself: compare it with the device’s own (GET /v1/device), or give --key.');
      say(JSON.stringify(record, null, 2));
    });
}

interface ShownReceipt {
  readonly lines: readonly Line[];
  readonly keyId: string;
  readonly signed: string;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MenshenError('receipt-invalid', `${file} cannot be read.`, { cause });
  }
}
