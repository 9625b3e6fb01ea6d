import examples from './pushExamples.json';

/** One example body for every push type, as Ozon's documents have them (ozon.md §15). */
export const pushExamples: readonly { message_type: string; posting_number?: string }[] = examples;
