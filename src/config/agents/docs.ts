import { z } from 'zod';
import { keyTypes } from '../key-types.ts';
import { profileShape } from './profile.ts';

interface ProfileField {
  name: string;
  label: string;
  /** As in the file; undefined where the key is required, or has no default. */
  default: unknown;
  required: boolean;
  description: string;
}

/** The keys of an agent, in the schema's order. */
export const profileFields: readonly ProfileField[] = Object.entries(profileShape).map(([name, schema]) => {
  const wrapped = schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional;
  const inner: unknown = wrapped ? schema.unwrap() : schema;
  const type = inner instanceof z.ZodType ? keyTypes.get(inner) : undefined;
  if (type === undefined || schema.description === undefined) throw new Error(`${name} lacks a type or a description`);
  return {
    name,
    label: type.label,
    default: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
    required: !wrapped,
    description: schema.description,
  };
});

/** Loads as it is, but does nothing where the folder is absent. */
export const profileExample = `agents:
  tidy:
    description: Keeps the documents in order.
    system: Move files only, and never delete one.
    workspaces:
      - path: /srv/documents
        mode: rw
      - /srv/templates
    tools: [bash, read, write, edit, glob, grep]
    permissions:
      default: always_ask
      read: always_allow
      bash(git *): always_allow
      bash(rm *): deny
    sandbox:
      allowed_hosts: ['*.debian.org']
    max_minutes: 30
    max_cost: 2.00
`;
