/** Pieces of evidence that several rows show. */
import type { ComplianceFacts } from '../facts.js';
import { attestedFinding, type Evidence, type Finding, judge, notMet, shows } from '../finding.js';

/** The newest audit entry of a kind, or that there is none yet. */
export function newest({ audit }: ComplianceFacts, kind: string, zh: string, en: string): Evidence {
  const entry = audit.kinds[kind];
  return entry === undefined
    ? shows(`${zh}：尚无记录`, `${en}: none yet`)
    : shows(`${zh}：${entry.count} 条，最近 ${entry.at}`, `${en}: ${entry.count}, newest ${entry.at}`, {
        auditSeq: entry.seq,
      });
}

export const noticeInForce = ({ notice }: ComplianceFacts): Evidence =>
  shows(
    `告知书第 ${notice.version} 版，自 ${notice.effectiveAt} 起`,
    `notice version ${notice.version}, since ${notice.effectiveAt}`,
    { documentHash: notice.hash, route: '/v1/notice' },
  );

/** A declaration of the configuration, with the signed record of it. */
export function declared(facts: ComplianceFacts, key: string, zh: string, en: string): Finding {
  const record = facts.declarations.find((entry) => entry.key === key);
  if (record === undefined) {
    return notMet(shows(`没有已签名的声明记录：${zh}`, `no signed record of this declaration: ${en}`));
  }
  const entry = shows(
    `声明：${zh}（登记 ${record.entryId}，${record.recordedAt}）`,
    `declared: ${en} (register ${record.entryId}, ${record.recordedAt})`,
    record.auditSeq === undefined ? {} : { auditSeq: record.auditSeq },
  );
  if (!record.holds) {
    return notMet(
      entry,
      shows('记录与配置不符，或签名无效', 'the record differs from the configuration, or its signature does not hold'),
    );
  }
  if (record.changedWithoutNewDate) {
    return notMet(
      entry,
      shows(
        `内容已更改，但声明日期仍为 ${record.on}`,
        `the words were changed, the date of the declaration is still ${record.on}`,
      ),
    );
  }
  return attestedFinding(record.by, record.on, entry);
}

/** How often calls were refused, and that the chain which says so holds. */
export function chain({ audit }: ComplianceFacts): Finding {
  return judge(
    audit.intact,
    audit.intact
      ? shows(`审计链完整，${audit.entries} 条`, `the audit chain holds, ${audit.entries} entries`, {
          documentHash: audit.headHash,
          route: '/v1/audit/verification',
        })
      : shows(`审计链断裂：${audit.problem ?? ''}`, `the audit chain is broken: ${audit.problem ?? ''}`, {
          route: '/v1/audit/verification',
        }),
  );
}

/** At least one other way works, or the face is off (M10.1, D14). */
export function anotherWay({ face }: ComplianceFacts): Finding {
  const ways = face.alternatives.join(', ');
  if (!face.on) return judge(true, shows('人脸方式当前关闭', 'the face is off now'));
  return judge(
    face.alternatives.length > 0 && face.alternativesWork,
    shows(
      `其他方式：${ways || '无'}；${face.alternativesWork ? '可用' : '当前不可用'}`,
      `other ways: ${ways || 'none'}; ${face.alternativesWork ? 'they work' : 'they do not work now'}`,
      { route: '/v1/health' },
    ),
  );
}

/** Whether some caller can reach this route at all. */
export function hasRoute({ interface: { routes } }: ComplianceFacts, method: string, url: string): boolean {
  return routes.some((route) => route.method === method && route.url === url && route.allow.length > 0);
}

/** Each route that is named must be there; the missing ones are said. */
export function routesThere(facts: ComplianceFacts, wanted: readonly (readonly [string, string])[]): Finding {
  const missing = wanted.filter(([method, url]) => !hasRoute(facts, method, url));
  const list = wanted.map((route) => route.join(' ')).join(', ');
  return judge(
    missing.length === 0,
    missing.length === 0
      ? shows(`接口：${list}`, `routes: ${list}`, { route: '/openapi.json' })
      : shows(
          `缺少接口：${missing.map((route) => route.join(' ')).join(', ')}`,
          `missing routes: ${missing.map((route) => route.join(' ')).join(', ')}`,
        ),
  );
}

/** M8.3 and P47: nobody past their time is still there, and nothing stands in the way of erasing. */
export function erasedOnTime({ keeping }: ComplianceFacts): Finding {
  const { overdue, owed, clockTrusted, clockProblem, purgeReceipts, newestPurgeReceiptId } = keeping;
  return judge(
    overdue === 0 && owed === 0 && clockTrusted,
    shows(
      `到期未删除：${overdue}；同意结束后未删除：${owed}`,
      `past their time: ${overdue}; owed after consent ended: ${owed}`,
      {
        route: '/v1/retention',
      },
    ),
    shows(
      `删除凭证：${purgeReceipts} 份`,
      `purge receipts: ${purgeReceipts}`,
      newestPurgeReceiptId === undefined ? {} : { receiptId: newestPurgeReceiptId },
    ),
    ...(clockTrusted
      ? []
      : [
          shows(
            `时钟未确认，暂停删除：${clockProblem ?? ''}`,
            `the clock is not confirmed, purges wait: ${clockProblem ?? ''}`,
          ),
        ]),
  );
}
