import { extname } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say } from '../console.js';
import { type Context, withApi } from '../context.js';
import { collected, saveAs } from '../download.js';

/** What people are told: the notice as text or page, and the sign to print. */
export function addNoticeCommands(program: Command, context: Context): void {
  program
    .command('notice')
    .description('the notice as it runs')
    .option('--language <tag>', 'a folder of config/languages: zh, en or an added one', 'zh')
    .option('--html', 'as a page to read and print')
    .option('--out <file>', 'into a file instead of the screen')
    .action(({ language, html, out }: { language: string; html?: boolean; out?: string }) =>
      withApi(context, async (api) => {
        const query = `language=${encodeURIComponent(language)}`;
        if (html === true) return give(await api.download(`/v1/notice/page?${query}`), out);
        const { text } = (await api.call('GET', `/v1/notice?${query}`)) as { text: string };
        await give(Readable.from([Buffer.from(`${text}\n`)]), out);
      }),
    );
  program
    .command('sign')
    .description('the sign for the gate as one A4 page; prints the hash that site.signPosted may name')
    .requiredOption('--out <file>', 'a name that ends in .pdf or .svg')
    .option('--language <tags>', 'one language or two, the first in front', 'zh,en')
    .action(({ out, language }: { out: string; language: string }) =>
      withApi(context, async (api) => {
        const format = extname(out).slice(1).toLowerCase();
        if (format !== 'pdf' && format !== 'svg')
          throw new MenshenError('body-invalid', `${out} ends neither in .pdf nor in .svg. Name it like that.`);
        await give(await api.download(`/v1/sign.${format}?languages=${encodeURIComponent(language)}`), out);
        const { signHash, noticeHash } = (await api.call('GET', '/v1/sign')) as Record<string, string>;
        say(`${out} is written. When it hangs at the gate, declare it in the configuration:`);
        say('  site:');
        say('    signPosted:');
        say('      by: your name');
        say('      on: "the date, as 2026-01-31"');
        say('      statement: where it hangs');
        say(`      signHash: ${signHash}`);
        say(`      noticeHash: ${noticeHash}`);
      }),
    );
}

async function give(answer: Readable, file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(await collected(answer));
  else await saveAs(file, answer);
}
