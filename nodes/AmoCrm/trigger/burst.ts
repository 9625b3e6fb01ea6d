import { bursts } from '../../shared/triggerBursts';
import type { Hint } from '../model/events';

export const burstOf = bursts<Hint>(({ entity, id, event, stage }) => JSON.stringify([entity, id, event, stage]));
