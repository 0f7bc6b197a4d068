import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endOf } from './disk.mjs';
import { Gate } from './gate.mjs';

const storeFault = 4;

/** @type {readonly import('./table.mjs').FaultCase[]} */
export const copyFaults = [
  {
    fault: 'yesterday’s database put back beside today’s keys',
    expected: 'exit code 4 and one line; today’s database starts again',
    run: async () => {
      const gate = new Gate();
      const [yesterday, today] = ['yesterday', 'today'].map((name) => path.join(gate.site.folder, name));
      try {
        const other = gate.putDue(3_600_000);
        gate.site.copyStore(yesterday ?? '');
        await gate.start();
        await gate.call('DELETE', `/v1/subjects/${other}`);
        await gate.byCard();
        await gate.daemon.stop();
        gate.site.copyStore(today ?? '');
        putDatabase(yesterday ?? '', gate.site.storeFolder);
        const ended = await endOf(gate);
        putDatabase(today ?? '', gate.site.storeFolder);
        await gate.start();
        const [after, records] = [await gate.byCard(), await gate.records()];
        return {
          seen: `exit code ${ended.code}: ${ended.last}; then ${after}, records ${records}`,
          held: ended.code === storeFault && ended.lines === 1 && after === 'grant' && records === 'holds',
        };
      } finally {
        await gate.end();
      }
    },
  },
];

/** The database alone, as somebody would who knows SQLite. @param {string} from @param {string} to */
function putDatabase(from, to) {
  for (const name of ['menshen.db', 'menshen.db-wal', 'menshen.db-shm']) {
    rmSync(path.join(to, name), { force: true });
    if (existsSync(path.join(from, name))) cpSync(path.join(from, name), path.join(to, name));
  }
}
