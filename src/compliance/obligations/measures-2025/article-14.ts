import { all, judge, notMet, reminder, say, shows } from '../../finding.js';
import { attested, enforced, needing, notBuilt, type Obligation } from '../../obligation.js';
import { measures } from '../clauses.js';
import { chain, declared, newest } from '../evidence.js';

/** What anyone may call: nothing about a person, and the way in for the gate's own screen, the operator's page and panels. */
const publicRoutes: readonly RegExp[] = [
  /^\/v1\/(health|notice|prompt|device|sign)(\/|\.|$)/,
  // The one-time address that a person takes their own records home by; it is its own proof.
  /^\/v1\/own-data\/:token$/,
  /^\/openapi\.json$/,
  // The page's files alone; what it shows it asks for with the key of whoever opened it.
  /^\/(notice|kiosk|console)(\/|$)/,
  // For a one-time code, which is its own proof.
  /^\/v1\/panels\/enrol$/,
  /^\/v1\/complaints$/,
];

/** Security of the system. */
export const security: readonly Obligation[] = [
  {
    id: 'M14.1',
    clause: measures(14),
    obligation: say('数据加密。', 'Encryption.'),
    parts: [
      enforced(
        ({ protection: { sealing, cipher, listener } }) =>
          judge(
            sealing && (listener.loopback || listener.tls),
            shows(
              `${cipher}：刚才试验${sealing ? '通过' : '未通过'}（加密、解密、篡改被拒）`,
              `${cipher}: tried just now and ${sealing ? 'passed' : 'failed'} (sealed, opened, refused when altered)`,
            ),
            shows(
              `监听 ${listener.host}：${listener.loopback ? '仅本机' : listener.tls ? 'TLS' : '无 TLS'}`,
              `listens on ${listener.host}: ${listener.loopback ? 'this device only' : listener.tls ? 'TLS' : 'no TLS'}`,
            ),
            shows('算法为 libsodium 所有，不是 SM2/SM3/SM4', 'the ciphers are libsodium’s, not SM2, SM3, SM4'),
          ),
        '为监听地址设定 http.tls；若加密试验未通过，立即停机。',
        'Set http.tls for the listener; if the trial of encryption failed, stop the terminal.',
      ),
    ],
  },
  {
    id: 'M14.2',
    clause: measures(14),
    obligation: say('安全审计。', 'Security audit.'),
    parts: [
      enforced(
        (facts) => chain(facts),
        '保留存储供分析；与外部保存的链头比较。',
        'Keep the store for analysis and compare with heads that were kept elsewhere.',
      ),
    ],
  },
  {
    id: 'M14.3',
    clause: measures(14),
    obligation: say('访问控制。', 'Access control.'),
    parts: [
      enforced(
        (facts) => {
          const { routes } = facts.interface;
          const open = routes.filter(({ allow }) => allow.includes('anyone'));
          const wrongly = open.filter(({ url }) => !publicRoutes.some((known) => known.test(url)));
          return judge(
            routes.length > 0 && wrongly.length === 0,
            shows(
              `${routes.length} 个调用，其中无需密钥 ${open.length} 个${wrongly.length === 0 ? '' : `，不应公开：${names(wrongly)}`}`,
              `${routes.length} calls, ${open.length} of them without a key${wrongly.length === 0 ? '' : `, which must not be open: ${names(wrongly)}`}`,
              { route: '/openapi.json' },
            ),
            newest(facts, 'access.denied', '拒绝访问', 'denials'),
          );
        },
        '给该调用规定角色。',
        'Give that call its roles.',
      ),
    ],
  },
  {
    id: 'M14.4',
    clause: measures(14),
    obligation: say('授权管理。', 'Authorisation management.'),
    parts: [
      enforced(
        (facts) =>
          all(
            judge(
              facts.keys.tooLong === 0,
              shows(
                `有效密钥 ${facts.keys.valid} 个，均有期限；过长 ${facts.keys.tooLong} 个`,
                `${facts.keys.valid} valid keys, each with an end; ${facts.keys.tooLong} of them too long`,
                { route: '/v1/keys' },
              ),
              newest(facts, 'api-key.added', '授权', 'grants'),
            ),
            judge(
              facts.assessment.author === undefined || facts.assessment.author !== facts.assessment.approver,
              shows('评估由两人分别撰写和批准', 'assessments take two people: author and approver'),
            ),
            judge(
              (facts.incidents?.liftedByFewerThanTwo ?? 0) === 0,
              shows('结束事件须由两人确认', 'lifting an incident takes two people'),
            ),
          ),
        '撤销期限过长的密钥（menshen keys revoke）；评估由两人完成。',
        'Revoke keys that live too long (menshen keys revoke); let two people make the assessment.',
      ),
    ],
  },
  {
    id: 'M14.5',
    clause: measures(14),
    obligation: say('入侵检测和防御。', 'Intrusion detection and defence.'),
    parts: [
      enforced(
        (facts) =>
          judge(
            facts.protection.failedAttemptsBeforeLockOut > 0,
            shows(
              `PIN 连续错误 ${facts.protection.failedAttemptsBeforeLockOut} 次后锁定`,
              `a PIN is locked out after ${facts.protection.failedAttemptsBeforeLockOut} wrong ones`,
            ),
            newest(facts, 'access.denied', '拒绝访问', 'denials'),
          ),
        '恢复锁定设置。',
        'Restore the lock-out.',
      ),
      enforced(
        ({ tamper, face }) =>
          needing(tamper, notBuilt('防拆锁', 'tamper lock'), ({ open, total }) =>
            judge(
              open === 0 || !face.on,
              shows(
                `破坏报告 ${total} 起，未确认 ${open} 起；人脸方式${face.on ? '开启' : '关闭'}`,
                `reports of tampering: ${total}, not confirmed: ${open}; the face is ${face.on ? 'on' : 'off'}`,
                { route: '/v1/tamper' },
              ),
            ),
          ),
        '查看设备，然后确认。',
        'Look at the device, then confirm.',
      ),
      enforced(
        ({ alerts }) =>
          needing(alerts, notBuilt('警报', 'alerts'), ({ raised, watches, newestSeq }) => {
            const watched = shows(`监视 ${watches.length} 类事件`, `watches for ${watches.length} kinds of events`, {
              route: '/v1/alerts',
            });
            if (raised.length === 0) return judge(watches.length > 0, watched);
            return reminder(
              watched,
              shows(
                `最近一天的警报：${raised.join('，')}`,
                `alerts of the last day: ${raised.join(', ')}`,
                newestSeq === undefined ? {} : { auditSeq: newestSeq },
              ),
            );
          }),
        '查看并处理警报。',
        'Look at the alerts and see to them.',
      ),
    ],
  },
  {
    id: 'M14.6',
    clause: measures(14),
    obligation: say('按规定履行网络安全等级保护等义务。', 'Classified protection where it applies.'),
    unconfirmedWording: true,
    parts: [
      attested(
        (facts) => {
          const declaration = facts.site.classifiedProtection;
          if (declaration === undefined) return notMet(shows('没有声明是否适用', 'nobody declared whether it applies'));
          const { applies, level, certificate, expiresOn, statement = '' } = declaration;
          if (applies && expiresOn !== undefined && expiresOn < facts.today)
            return notMet(
              shows(
                `证书 ${certificate ?? ''} 已于 ${expiresOn} 到期`,
                `certificate ${certificate ?? ''} ended on ${expiresOn}`,
              ),
            );
          return applies
            ? declared(
                facts,
                'classifiedProtection',
                `第 ${level ?? '?'} 级，证书 ${certificate ?? ''}，至 ${expiresOn ?? ''}`,
                `level ${level ?? '?'}, certificate ${certificate ?? ''}, until ${expiresOn ?? ''}`,
              )
            : declared(facts, 'classifiedProtection', `不适用：${statement}`, `does not apply: ${statement}`);
        },
        '在 site.classifiedProtection 中声明级别、证书和到期日，或说明为何不适用。',
        'Declare level, certificate and end in site.classifiedProtection, or why it does not apply.',
      ),
    ],
  },
];

const names = (routes: readonly { readonly method: string; readonly url: string }[]): string =>
  routes.map(({ method, url }) => `${method} ${url}`).join(', ');
