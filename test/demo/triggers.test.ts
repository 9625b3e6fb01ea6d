import { judgeTrigger } from '../../demo/triggers/judge';
import { TRIGGERS } from '../../demo/triggers/watched';

const came = { what: '1 came', toldBy: /^(push|poll) new 1$/ };
const moved = { what: '1 was moved', toldBy: /^poll moved 1 / };

describe('the judge of a trigger', () => {
	it('is content when everything was told, by whatever way, and nothing twice by the same', () => {
		const { verdict, findings } = judgeTrigger('Trigger', { happened: [came, moved], told: ['push new 1', 'poll new 1', 'poll moved 1 ready'], deadAfter: [] });
		expect(findings).toEqual([]);
		expect(verdict).toEqual({ ok: true, happened: 2, lost: 0, twice: 0, dead: 0 });
	});

	it.each([
		['lost', { happened: [came, moved], told: ['push new 1'], deadAfter: [] }, '1 was moved, and nothing told of it'],
		['twice', { happened: [came], told: ['push new 1', 'push new 1', 'push new 1'], deadAfter: [] }, 'told twice: push new 1'],
		['dead', { happened: [came], told: ['push new 1'], deadAfter: ['a SIGKILL'] }, 'asked nothing of its service after a SIGKILL'],
	] as const)('is not when something is %s', (name, facts, sentence) => {
		const { verdict, findings } = judgeTrigger('Trigger', facts);
		expect(verdict).toMatchObject({ ok: false, lost: 0, twice: 0, dead: 0, [name]: 1 });
		expect(findings).toEqual([`Trigger: ${sentence}`]);
	});

	it('is not when nothing happened', () => {
		expect(judgeTrigger('Trigger', { happened: [], told: [], deadAfter: [] }).verdict.ok).toBe(false);
	});
});

describe('what items tell of', () => {
	const tellings = (api: string, item: object) => TRIGGERS.find(({ side }) => side.api === api)?.tellingsOf(item);

	it('is one text for one thing', () => {
		expect(tellings('kaspi', { event: 'newOrder', number: '911', stage: 'new' })).toEqual(['newOrder 911', 'newOrder 911 in new']);
		expect(tellings('kaspi', { event: 'stageChanged', number: '911', stage: 'accepted' })).toEqual(['stageChanged 911 accepted']);
		// By whichever stage it is in when it is told of: a posting is new once.
		expect(tellings('ozon', { event: 'posting_seen', postingNumber: '1-2-1', ozonStatus: 'awaiting_deliver' })).toEqual(['posting_seen 1-2-1']);
		expect(tellings('ozon', { event: 'TYPE_STATE_CHANGED', postingNumber: '1-2-1', newState: 'posting_created' })).toEqual(['TYPE_STATE_CHANGED 1-2-1 posting_created']);
		const deal = { entity: 'deal', id: 7, event: 'dealAdded', events: ['dealAdded', 'dealStatusChanged'], source: 'poll' };
		expect(tellings('amocrm', deal)).toEqual(['poll dealAdded 7', 'poll dealStatusChanged 7']);
		expect(() => tellings('bitrix24', { ...deal, source: 'hearsay' })).toThrow();
	});
});
