import type { Millis } from '@keepsite/edge-contract';
import { localText } from '../../local-time.ts';
import type { ElevatorState } from '../../physics/elevator.ts';
import { uuidOf } from '../../random.ts';
import { telling, type OutMessage } from '../message.ts';

const TOPIC = '/API/V1/Up/LiftFault';

/** Houqi's own numbers of faults; other senders number otherwise. */
export const HOUQI_FAULTS = { trapped: 1, repeatedDoor: 11, doorFailsToClose: 12, ebike: 202 } as const;

export interface LiftFault {
  readonly elevatorNo: string;
  readonly macAddr: string;
  readonly faultType: number;
  readonly beganAt: Millis;
  /** Null while it lasts. */
  readonly endedAt: Millis | null;
  readonly car: ElevatorState;
}

/**
 * One LiftFault message. Beginning and end are two messages with two uuids: only elevator, type and
 * begin time pair them. Times are local and name no zone.
 */
export function liftFault(fault: LiftFault, zone: string): OutMessage {
  const { elevatorNo, macAddr, faultType, beganAt, endedAt, car } = fault;
  const uuid = uuidOf('fault', elevatorNo, faultType, beganAt, endedAt ?? 'begin');
  const begin = localText(beganAt, zone);
  const video = begin.replaceAll(/[-:]/g, '').replace(' ', '_');
  return telling(
    TOPIC,
    {
      type: 'LiftFault',
      macAddr,
      uuid,
      elevatorNo,
      currentSpeed: Math.round(car.speedMps),
      runningDirection: DIRECTIONS[car.direction],
      doorStatus: car.door === 'closed' || car.door === 'closing' ? 1 : 0,
      personInLift: car.people,
      currentFloor: car.floor,
      temperature: Math.round(car.motorC - 3),
      lightVariationAmplitude: 200 + (car.trips % 30),
      ErrorListBean: [
        {
          keyId: uuid,
          faultType,
          faultBeginTime: begin,
          faultEndTime: endedAt === null ? '' : localText(endedAt, zone),
          faultVideoUrl: `/event_files/${elevatorNo}/${video}.mp4`,
        },
      ],
    },
    1,
  );
}

const DIRECTIONS = { up: 1, down: 2, none: 3 } as const;
