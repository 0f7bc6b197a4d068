/**
 * A backup that was begun breaks off when the signing key is changed or the audit pruned meanwhile, as other requests do
 * here: it must not be taken for whole. Without such a request beside it a backup that breaks off is a fault.
 */
export class Undone {
  constructor() {
    this.marks = 0;
    this.underWay = 0;
  }

  /**
   * @param {import('./compose.mjs').Composed} sent
   * @param {() => Promise<import('./send.mjs').Answer>} send
   * @returns {Promise<{ answer: import('./send.mjs').Answer, undone: boolean }>}
   */
  async around(sent, send) {
    const changes = sent.method === 'POST' && /^\/v1\/(keys\/rotation|audit\/prune)(\?|$)/.test(sent.path);
    const [before, beside] = [this.marks, this.underWay];
    if (changes) this.begin();
    const answer = await send();
    const isBackup = sent.method === 'POST' && /^\/v1\/backups(\?|$)/.test(sent.path);
    const changed = beside > 0 || this.marks > before;
    if (changes) this.underWay -= 1;
    return { answer, undone: isBackup && changed && answer.status === 200 && answer.end === 'broken' };
  }

  begin() {
    this.marks += 1;
    this.underWay += 1;
  }
}
