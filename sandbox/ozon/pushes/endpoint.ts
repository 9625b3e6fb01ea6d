import type { OzonSettings } from '../settings';
import { TOO_SLOW, UNREACHABLE, type Answer } from './handshake';
import type { PushType } from './types';

export type Grade = 'GREEN' | 'YELLOW' | 'RED';
export type DisableReason = '' | 'SELLER' | 'AVAILABILITY' | 'ADMIN';

/** Real ms up to which a grade holds (ozon.md §11). */
export const GRADES: readonly { status: Grade; threshold: number }[] = [
	{ status: 'GREEN', threshold: 1500 },
	{ status: 'YELLOW', threshold: 2500 },
	{ status: 'RED', threshold: 2500 },
];

const HOUR = 3_600_000;
const RED_NIGHTS = 3;

/** One registered URL: what goes there, how it behaved, whether it is suspended. */
export class Endpoint {
	enabled = true;
	disableReason: DisableReason = '';
	reasonDetails = '';
	problematicType: PushType | '' = '';
	grade: Grade = 'GREEN';
	gradedAt: number;
	private recent: { at: number; ok: boolean }[] = [];
	private slow = 0;
	private unreachable = 0;
	private errorsSince: number | undefined;
	private today = new Map<PushType, number[]>();
	private redNights = new Map<PushType, number>();

	constructor(
		readonly id: number,
		public url: string,
		public types: PushType[],
		readonly createdAt: number,
	) {
		this.gradedAt = createdAt;
	}

	/** Remembers one answer and says why the URL must be suspended now, if it must (§11). `type` undefined: a ping. */
	answered(
		answer: Answer,
		ok: boolean,
		type: PushType | undefined,
		settings: OzonSettings,
		now: number,
	): string | undefined {
		this.recent = [...this.recent.filter(({ at }) => at > now - HOUR), { at: now, ok }].slice(-1000);
		if (type) this.today.set(type, [...(this.today.get(type) ?? []), answer.ms]);
		this.slow = answer.code === TOO_SLOW ? this.slow + 1 : this.slow;
		this.unreachable = answer.code === UNREACHABLE ? this.unreachable + 1 : 0;
		this.errorsSince = ok ? undefined : (this.errorsSince ?? now);

		if (this.slow >= settings.suspendAfterSlow) return `processing takes longer than ${settings.pushAnswerLimitMs} ms`;
		if (this.unreachable >= settings.suspendAfterUnreachable) return 'the service is down';
		if (this.errorsSince !== undefined && now - this.errorsSince >= settings.suspendAfterErrorsMs) {
			return `nothing but errors since ${new Date(this.errorsSince).toISOString()}`;
		}
		const good = this.recent.filter((one) => one.ok).length;
		return this.recent.length >= settings.suspendMinAnswers && good * 2 < this.recent.length
			? 'fewer than half of the answers are 200'
			: undefined;
	}

	disable(reason: DisableReason, details: string, type: PushType | '' = ''): void {
		Object.assign(this, { enabled: false, disableReason: reason, reasonDetails: details, problematicType: type });
	}

	/** Works again, with a clean record. */
	enable(): void {
		Object.assign(this, { enabled: true, disableReason: '', reasonDetails: '', problematicType: '' });
		Object.assign(this, { recent: [], slow: 0, unreachable: 0, errorsSince: undefined });
		this.redNights.clear();
	}

	/** The nightly grade per type; returns the type that was red for the third night in a row (§11). */
	gradeNight(now: number): PushType | undefined {
		let worst: Grade = 'GREEN';
		let condemned: PushType | undefined;
		for (const [type, times] of this.today) {
			const grade = gradeOf(times);
			if (grade === 'RED' || (grade === 'YELLOW' && worst === 'GREEN')) worst = grade;
			const nights = grade === 'RED' ? (this.redNights.get(type) ?? 0) + 1 : 0;
			this.redNights.set(type, nights);
			if (nights >= RED_NIGHTS) condemned = type;
		}
		// A day without pushes keeps its grade.
		if (this.today.size > 0) this.grade = worst;
		this.gradedAt = now;
		this.today.clear();
		return condemned;
	}
}

function gradeOf(times: readonly number[]): Grade {
	const average = times.reduce((sum, ms) => sum + ms, 0) / times.length;
	if (average <= 1500) return 'GREEN';
	return average < 2500 ? 'YELLOW' : 'RED';
}
