import { all, judge, say, shows } from '../../finding.js';
import { enforced, needing, notBuilt, type Obligation } from '../../obligation.js';
import { pipl } from '../clauses.js';
import { erasedOnTime, newest, routesThere } from '../evidence.js';

/** Articles that the Measures build on. */
export const personalInformation: readonly Obligation[] = [
  {
    id: 'P14',
    clause: pipl(14),
    obligation: say(
      '目的、方式或个人信息种类变更的，重新取得同意。',
      'New consent when purpose, method or kind of data changes.',
    ),
    parts: [
      enforced(
        (facts) =>
          judge(
            facts.people.consentsToOtherMatters === 0,
            shows(
              `同意的是另一目的、方式或种类、却仍可使用人脸的人：${facts.people.consentsToOtherMatters}`,
              `people usable although they consented to another purpose, method or kind of data: ${facts.people.consentsToOtherMatters}`,
              { documentHash: facts.notice.materialHash },
            ),
            newest(facts, 'notice.changed', '告知书变更', 'changes of the notice'),
          ),
        '停用人脸方式，重新征得同意。',
        'Switch the face off and ask those people anew.',
      ),
    ],
  },
  {
    id: 'P45',
    clause: pipl(45),
    obligation: say('个人有权查阅、复制其个人信息。', 'Access to and a copy of one’s own information.'),
    parts: [
      enforced(
        (facts) =>
          all(
            routesThere(facts, [
              ['GET', '/kiosk/api/visits/:id/data'],
              ['GET', '/kiosk/api/visits/:id/data/file'],
            ]),
          ),
        '连接门旁屏幕；此前由工作人员提供（menshen subject show）。',
        'Connect the gate’s screen; until then staff give it (menshen subject show).',
      ),
    ],
  },
  {
    id: 'P47',
    clause: pipl(47),
    obligation: say(
      '目的已实现、期限届满或者撤回同意的，主动删除。',
      'Deletion when the purpose is met, the period ends or consent is withdrawn.',
    ),
    parts: [
      enforced(
        (facts) =>
          all(
            erasedOnTime(facts),
            judge(
              facts.keeping.receiptsBadlySigned === 0,
              shows(
                `签名无效的凭证：${facts.keeping.receiptsBadlySigned}`,
                `receipts whose signature does not hold: ${facts.keeping.receiptsBadlySigned}`,
              ),
            ),
          ),
        '确认时钟，然后运行 menshen sweep。',
        'Confirm the clock, then run menshen sweep.',
      ),
    ],
  },
  {
    id: 'P57',
    clause: pipl(57),
    obligation: say('发生泄露的，立即补救并通知。', 'After a leak: remedy at once and notify.'),
    parts: [
      enforced(
        (facts) =>
          needing(facts.incidents, notBuilt('事件处置', 'handling of incidents'), ({ open, total }) =>
            judge(
              open === 0 || !facts.face.on,
              shows(
                `事件 ${total} 起，未结束 ${open} 起；人脸方式${facts.face.on ? '开启' : '关闭'}`,
                `${total} incidents, ${open} of them open; the face is ${facts.face.on ? 'on' : 'off'}`,
                { route: '/v1/incidents' },
              ),
              newest(facts, 'incident.reported', '报告', 'reports'),
            ),
          ),
        '按事件流程通知主管部门和个人。',
        'Notify authority and people as the incident’s steps say.',
      ),
    ],
  },
];
