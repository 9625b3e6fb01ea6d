import { bursts } from '../../shared/triggerBursts';
import type { Hint } from '../model/events';

export const burstOf = bursts<Hint>(({ entity, id, event }) => JSON.stringify([entity, id, event]));
