import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type LoadConfigOptions, type LoadedConfig, loadConfig } from '../../src/config/load.ts';

/** A folder that is gone when the test is over. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'claude-harness-config-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function writeFile(path: string, text: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

export function writeConfig(text: string | Uint8Array): string {
  return writeFile(join(createFolder(), 'harness.yaml'), text);
}

/** Loads without any file of this machine. */
export function load(options: Partial<LoadConfigOptions> = {}): LoadedConfig {
  return loadConfig({ env: {}, systemConfigPath: '/nonexistent/harness.yaml', ...options });
}

export function loadText(text: string, options: Partial<LoadConfigOptions> = {}): LoadedConfig {
  return load({ configPath: writeConfig(text), ...options });
}

/** Lines of the error, the temporary folder taken out. Fails when loading succeeds. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split('\n');
    return lines.map((line) => line.trim().replace(/\S*\/claude-harness-config-[^/]+\//, ''));
  }
  throw new Error('The configuration was accepted.');
}
