import type { Texts } from '../language/index.js';
import { conclusions, inspectorAnswers, inspectorItems, type MachineFindings, machineItems } from './checklist.js';

/** The checklist in one language, with what the machine measured. */
export function inspectionForm(texts: Texts, machine: MachineFindings) {
  return {
    language: texts.language,
    title: texts.say('title'),
    introduction: texts.say('introduction'),
    machine: machineItems.map(({ id, clause }) => ({
      id,
      clause,
      question: texts.say(`machine.${id}`),
      ...machine[id],
    })),
    inspector: inspectorItems.map(({ id, clause }) => ({ id, clause, question: texts.say(`inspector.${id}`) })),
    answers: inspectorAnswers.map((value) => ({ value, name: texts.say(`answer.${value}`) })),
    conclusions: conclusions.map((value) => ({ value, name: texts.say(`conclusion.${value}`) })),
  };
}

export type InspectionForm = ReturnType<typeof inspectionForm>;
