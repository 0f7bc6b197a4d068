import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';
import { fill, filledStore, times } from './fixtures/filled-store.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
describe('stored rows', () => {
  it('are of strict tables only', () => {
    const { folder } = filledStore();
    const loose = rawDatabase(folder, (db) =>
      db
        .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'`)
        .all(),
    );
    expect(loose).toEqual([]);
  });

  it('of another type than the schema says are refused by the database itself', () => {
    const { folder } = filledStore();
    expect(() => rawDatabase(folder, (db) => db.exec(`UPDATE subject SET expires_at = 'never'`))).toThrow(/TEXT/);
  });

  it('are overwritten when they are deleted', () => {
    const { folder, subjectId } = filledStore();
    const sealed = rawDatabase(folder, (db) => db.prepare('SELECT sealed FROM template').pluck().get()) as Buffer;
    // The database writes into the first bytes of what it frees, whatever the setting: the last ones tell.
    const store = openTestStore(folder);
    store.subjects.remove(subjectId);
    store.vault.recover();
    const files = readdirSync(folder).filter((name) => name.startsWith('menshen.db'));
    expect(files.filter((name) => readFileSync(join(folder, name)).includes(sealed.subarray(-24)))).toEqual([]);
  });
});

describe('sealed rows of two people that change places', () => {
  function swapped(table: string, column: string, where = '') {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const people = [fill(store, 'P1', '04A1'), fill(store, 'P2', '04A2')] as const;
    store.close();
    rawDatabase(folder, (db) => {
      const rows = db.prepare(`SELECT id, ${column} AS value FROM ${table} ${where}`).all() as {
        id: string;
        value: Buffer;
      }[];
      const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
      rows.forEach(({ id }, i) => void update.run(rows[(i + 1) % rows.length]?.value, id));
      expect(rows).toHaveLength(2);
    });
    return { store: openTestStore(folder), person: people[0] };
  }

  it('are detected: templates', () => {
    const { store, person } = swapped('template', 'sealed');
    expect(() => store.templates.withVector(person.templateId, () => 1)).toThrow(coded('integrity-violation'));
  });

  it('are detected: profiles', () => {
    const { store, person } = swapped('subject', 'profile');
    expect(() => store.subjects.profile(person.subjectId)).toThrow(coded('integrity-violation'));
  });

  it('are detected: card numbers', () => {
    const { store, person } = swapped('card', 'sealed');
    expect(() => store.credentials.cardNumber(person.subjectId, person.cardId)).toThrow(coded('integrity-violation'));
  });

  it('are detected: card numbers of one person, which are under one key', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const { subjectId, cardId } = fill(store, 'P1', '04A1');
    store.credentials.addCard(subjectId, '04A2', 2);
    store.close();
    rawDatabase(folder, (db) =>
      db.exec(
        `UPDATE card SET sealed = (SELECT sealed FROM card AS other WHERE other.id != card.id) WHERE added_at = 1`,
      ),
    );
    expect(() => openTestStore(folder).credentials.cardNumber(subjectId, cardId)).toThrow(coded('integrity-violation'));
  });

  it.each(['face', 'profile'])('are detected: %s keys', (purpose) => {
    const { store, person } = swapped('wrapped_key', 'wrap_odd', `WHERE purpose = '${purpose}'`);
    const used = () =>
      purpose === 'face'
        ? store.templates.withVector(person.templateId, () => 1)
        : store.subjects.profile(person.subjectId);
    expect(used).toThrow(coded('integrity-violation'));
  });

  it.each(['consent_id', 'model_id'])('are detected: templates that were given another %s', (column) => {
    const { folder, templateId } = filledStore();
    rawDatabase(folder, (db) => db.exec(`UPDATE template SET ${column} = 'other'`));
    expect(() => openTestStore(folder).templates.withVector(templateId, () => 1)).toThrow(coded('integrity-violation'));
  });

  it('are detected: a template with its key that was given to another person', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const one = fill(store, 'P1', '04A1');
    const other = store.subjects.add({}, 'adult', times);
    store.close();
    rawDatabase(folder, (db) => {
      for (const table of ['template', 'wrapped_key'])
        db.prepare(`UPDATE ${table} SET subject_id = ? WHERE subject_id = ?`).run(other.id, one.subjectId);
    });
    expect(() => openTestStore(folder).templates.withVector(one.templateId, () => 1)).toThrow(
      coded('integrity-violation'),
    );
  });
});
