import { randomUUID } from 'node:crypto';

/** 32 hex digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The highest number of an instance: three hex digits hold it. */
export const maxInstance = 0xfff;

/**
 * What makes ids of 32 hex digits. Those of one of several instances end in its number, in three digits, by which a balancer
 * finds the instance that has made what a request names; 0 stands for an instance that is alone.
 */
export function newIdOf(instance: number): () => string {
  if (instance === 0) return newId;
  const ending = instance.toString(16).padStart(3, '0');
  return () => newId().slice(0, -ending.length) + ending;
}
