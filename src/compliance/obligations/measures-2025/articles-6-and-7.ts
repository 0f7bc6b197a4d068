import { all, judge, met, notMet, say, shows } from '../../finding.js';
import { enforced, needing, noScreen, type Obligation } from '../../obligation.js';
import { measures } from '../clauses.js';
import { newest, routesThere } from '../evidence.js';

/** Consent, withdrawal, minors. */
export const consent: readonly Obligation[] = [
  {
    id: 'M6.1',
    clause: measures(6),
    obligation: say('取得个人知情、自愿、明确的单独同意。', 'Consent: informed, voluntary, explicit, separate.'),
    parts: [
      enforced(
        (facts) => {
          const { people } = facts;
          return judge(
            people.templatesWithoutConsent === 0 && people.consentsNotSeparate === 0,
            newest(facts, 'consent.given', '同意记录', 'consents recorded'),
            shows(
              `查看了 ${people.looked} 人：没有同意却有模板 ${people.templatesWithoutConsent}，同意并非单独、自愿、明示 ${people.consentsNotSeparate}`,
              `${people.looked} people looked at: templates without a consent ${people.templatesWithoutConsent}, consents not separate, free and in view of the alternatives ${people.consentsNotSeparate}`,
            ),
          );
        },
        '删除没有同意的模板（menshen sweep），重新征得同意。',
        'Erase templates without a consent (menshen sweep) and ask anew.',
      ),
    ],
  },
  {
    id: 'M6.2',
    clause: measures(6),
    obligation: say(
      '个人有权撤回同意，并提供便捷的撤回方式。',
      'Consent can be withdrawn, conveniently; the key is destroyed at once.',
    ),
    parts: [
      enforced(
        (facts) =>
          all(
            routesThere(facts, [['POST', '/v1/subjects/:id/withdrawal']]),
            judge(
              facts.keeping.owed === 0,
              newest(facts, 'consent.withdrawn', '撤回', 'withdrawals'),
              shows(
                `撤回后仍未销毁：${facts.keeping.owed}`,
                `withdrawn and not destroyed yet: ${facts.keeping.owed}`,
                facts.keeping.newestWithdrawalReceiptId === undefined
                  ? {}
                  : { receiptId: facts.keeping.newestWithdrawalReceiptId },
              ),
            ),
          ),
        '运行 menshen sweep；如有错误，先排除（例如磁盘已满）。',
        'Run menshen sweep; if it fails, remove the cause first (a full disk, for example).',
      ),
      enforced(
        (facts) =>
          needing(facts.screen, noScreen, () =>
            routesThere(facts, [
              ['POST', '/kiosk/api/visits/:id/consent'],
              ['POST', '/kiosk/api/visits/:id/withdrawal'],
            ]),
          ),
        '连接门旁屏幕，使人们可以自行撤回。',
        'Connect the gate’s screen, so that people can withdraw by themselves.',
      ),
    ],
  },
  {
    id: 'M6.3',
    clause: measures(6),
    obligation: say('撤回不影响撤回前已进行的处理。', 'Withdrawal does not undo what was done before it.'),
    unconfirmedWording: true,
    parts: [
      enforced(
        ({ keeping }) =>
          judge(
            keeping.withdrawalsWithoutStatement === 0,
            shows(
              `撤回凭证 ${keeping.withdrawals} 份，其中未说明此点 ${keeping.withdrawalsWithoutStatement} 份`,
              `withdrawal receipts: ${keeping.withdrawals}, of them without this statement: ${keeping.withdrawalsWithoutStatement}`,
              keeping.newestWithdrawalReceiptId === undefined ? {} : { receiptId: keeping.newestWithdrawalReceiptId },
            ),
          ),
        '向收到凭证的人补充说明。',
        'Tell the people who got such a receipt what it lacks.',
      ),
    ],
  },
  {
    id: 'M7.1',
    clause: measures(7),
    obligation: say(
      '处理不满十四周岁未成年人人脸信息，取得监护人同意；年龄从不由人脸推断。',
      'Under 14 a guardian consents; age is declared, never estimated from a face.',
    ),
    parts: [
      enforced(
        ({ people }) =>
          judge(
            people.minorsWithoutGuardian === 0,
            shows(
              `未满十四周岁或未申明年龄、已有模板的人：${people.minors}；其中没有监护人记录：${people.minorsWithoutGuardian}`,
              `enrolled people under 14 or of undeclared age: ${people.minors}; of them without a guardian’s record: ${people.minorsWithoutGuardian}`,
            ),
          ),
        '删除这些人的人脸数据，并由监护人重新同意。',
        'Erase the face data of those people; let a guardian consent, and enrol again.',
      ),
    ],
  },
  {
    id: 'M7.2',
    clause: measures(7),
    obligation: say('制定专门的未成年人个人信息处理规则。', 'Special rules for minors.'),
    parts: [
      enforced(
        ({ site, people, notice }) => {
          const rules = site.minorsRules;
          if (rules !== undefined)
            return met(shows(`规则：${rules}`, `rules: ${rules}`, { documentHash: notice.hash }));
          return people.minors === 0
            ? met(
                shows(
                  '没有规则，因此不能登记未成年人，也没有登记',
                  'no rules, so no minor can be enrolled, and none is',
                ),
              )
            : notMet(shows(`没有规则，却登记了 ${people.minors} 人`, `no rules, yet ${people.minors} are enrolled`));
        },
        '在 site.minorsRules 中写明规则，或删除未成年人的人脸数据。',
        'State the rules in site.minorsRules, or erase the minors’ face data.',
      ),
    ],
  },
];
