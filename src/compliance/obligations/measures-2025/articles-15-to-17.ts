import type { ComplianceFacts } from '../../facts.js';
import { type Finding, judge, met, notApplicable, notMet, reminder, say, shows } from '../../finding.js';
import { enforced, needing, notBuilt, type Obligation, reminding } from '../../obligation.js';
import type { FilingFacts } from '../../other-rooms.js';
import { measures } from '../clauses.js';
import { newest, routesThere } from '../evidence.js';

const room = notBuilt('计数和备案', 'counting and filing');
const warnFrom = 0.8;

const filing = (facts: ComplianceFacts, check: (filing: FilingFacts) => Finding): Finding =>
  needing(facts.filing, room, check);

/** Filing; inspection and complaints. */
export const filingAndSupervision: readonly Obligation[] = [
  {
    id: 'M15.1',
    clause: measures(15),
    obligation: say(
      '存储人脸信息达到10万人的，30个工作日内向省级以上网信部门备案。',
      'At 100,000 persons stored: file within 30 working days with the provincial authority or above.',
    ),
    parts: [
      reminding(
        (facts) =>
          filing(facts, ({ persons, threshold, reachedOn, dueOn, overdue, reference }) => {
            const count = shows(`${persons} 人，门槛 ${threshold}`, `${persons} persons, threshold ${threshold}`);
            const due = shows(
              `于 ${reachedOn ?? '–'} 达到，截止 ${dueOn ?? '未知（缺少当年节假日表）'}`,
              `reached on ${reachedOn ?? '–'}, due ${dueOn ?? 'unknown (no table of that year’s holidays)'}`,
            );
            if (reachedOn === undefined)
              return persons >= warnFrom * threshold ? reminder(count) : notApplicable(count);
            if (reference !== undefined)
              return reminder(count, due, shows(`备案号 ${reference}`, `filed under ${reference}`));
            return overdue ? notMet(count, due) : reminder(count, due);
          }),
        '准备材料（menshen filing），在线提交，并登记备案号。',
        'Prepare the package (menshen filing), submit it online and record the reference.',
      ),
    ],
  },
  {
    id: 'M15.2',
    clause: measures(15),
    obligation: say('提交规定的备案材料。', 'File the required materials.'),
    parts: [
      enforced(
        (facts) =>
          filing(facts, ({ reachedOn, missingParts }) => {
            if (reachedOn === undefined) return notApplicable(shows('尚无备案义务', 'there is no duty to file yet'));
            return judge(
              missingParts.length === 0,
              shows(
                missingParts.length === 0 ? '材料齐全' : `缺少：${missingParts.join('，')}`,
                missingParts.length === 0 ? 'the package is complete' : `missing: ${missingParts.join(', ')}`,
              ),
            );
          }),
        '补齐清单上的材料；不完整的材料不会导出。',
        'Complete the checklist; an incomplete package is not exported.',
      ),
    ],
  },
  {
    id: 'M15.3',
    clause: measures(15),
    obligation: say(
      '备案信息发生实质性变更的，30个工作日内变更。',
      'Material change: report it within 30 working days.',
    ),
    parts: [
      reminding(
        (facts) =>
          filing(facts, ({ reference, change }) => {
            if (reference === undefined) return notApplicable(shows('尚未备案', 'nothing was filed'));
            if (change === undefined)
              return notApplicable(shows('自备案以来没有变更', 'nothing changed since it was filed'));
            return reminder(
              shows(
                `变更：${change.fields.join('，')}；截止 ${change.dueOn ?? '未知'}`,
                `changed: ${change.fields.join(', ')}; due ${change.dueOn ?? 'unknown'}`,
              ),
            );
          }),
        '提交变更备案。',
        'File the change.',
      ),
    ],
  },
  {
    id: 'M15.4',
    clause: measures(15),
    obligation: say(
      '终止使用的，30个工作日内注销备案，并依法处置人脸信息。',
      'End of use: cancel within 30 working days, dispose of the data.',
    ),
    unconfirmedWording: true,
    parts: [
      reminding(
        (facts) =>
          filing(facts, ({ ended }) =>
            ended === undefined
              ? notApplicable(shows('仍在使用', 'still in use'))
              : reminder(shows(`注销截止 ${ended.dueOn ?? '未知'}`, `cancel by ${ended.dueOn ?? 'unknown'}`)),
          ),
        '注销备案。',
        'Cancel the filing.',
      ),
      enforced(
        (facts) =>
          filing(facts, ({ ended }) =>
            ended === undefined
              ? notApplicable(shows('仍在使用', 'still in use'))
              : judge(
                  ended.templatesLeft === 0,
                  shows(`剩余模板：${ended.templatesLeft}`, `templates left: ${ended.templatesLeft}`),
                ),
          ),
        '删除全部人脸数据。',
        'Erase all face data.',
      ),
    ],
  },
  {
    id: 'M15.5',
    clause: measures(15),
    obligation: say('通过线上系统办理备案。', 'Filed online.'),
    parts: [
      reminding(
        (facts) =>
          filing(facts, ({ reachedOn, reference }) => {
            if (reachedOn === undefined) return notApplicable(shows('尚无备案义务', 'there is no duty to file yet'));
            return reminder(
              reference === undefined
                ? shows('由人在线提交；本机从不自行提交', 'a person submits it online; this terminal never does')
                : shows(`备案号 ${reference}`, `filed under ${reference}`),
            );
          }),
        '在网信部门的个人信息保护业务系统中提交，并登记备案号。',
        'Submit it in the authority’s online system and record the reference.',
      ),
    ],
  },
  {
    id: 'M17',
    clause: measures(17),
    obligation: say('配合监督检查；接受投诉举报。', 'Cooperate with inspection; take complaints.'),
    parts: [
      enforced(
        (facts) => routesThere(facts, [['POST', '/v1/inspector-bundles']]),
        '使用包含检查资料包的版本。',
        'Use a build that has the inspector’s bundle.',
      ),
      enforced(
        (facts) => {
          const there = routesThere(facts, [['POST', '/v1/complaints']]);
          const contacts = facts.notice.fields.complaintContacts;
          const filed = newest(facts, 'complaint.filed', '投诉', 'complaints');
          return there.status === 'met' && contacts.length > 0
            ? met(
                filed,
                ...there.evidence,
                shows(`投诉联系方式：${contacts.join('；')}`, `complaint contacts: ${contacts.join('; ')}`),
              )
            : notMet(
                ...there.evidence,
                shows(`投诉联系方式：${contacts.join('；')}`, `complaint contacts: ${contacts.join('; ')}`),
              );
        },
        '使用包含投诉受理的版本，并填写 site.complaintContacts。',
        'Use a build that takes complaints, and fill in site.complaintContacts.',
      ),
    ],
  },
];
