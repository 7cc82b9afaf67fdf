#!/usr/bin/env perl
# Plays the claude CLI where a real one would be the load: `Send N deltas at M a second` (or `at once`) in the last
# message is done, each delta with the moment of its writing on the clock that all processes of the machine share. It
# serves turn after turn, since it keeps nothing of any.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

$| = 1;
my $ids = '"session_id":"6a2f41c3-55d0-4a0e-9d0c-2f1f5f6f7a80","parent_tool_use_id":null,"uuid":"0d5dbb44-9f3c-4a08-8f61-5d1f0a3f2c11"';

sub event { print qq({"type":"stream_event","event":$_[0],$ids}\n) }

sub respond {
  my ($id, $outcome, $response) = @_;
  print qq({"type":"control_response","response":{"subtype":"$outcome","request_id":"$id","response":$response}}\n);
}

sub answer {
  my ($deltas, $rate) = @_;
  my $begun = clock_gettime(CLOCK_MONOTONIC);
  print qq({"type":"system","subtype":"init",$ids}\n);
  event('{"type":"message_start","message":{"model":"claude-haiku-4-5","usage":{"input_tokens":10,"output_tokens":1}}}');
  event('{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}');
  for my $n (0 .. $deltas - 1) {
    if ($rate) {
      my $wait = $begun + $n / $rate - clock_gettime(CLOCK_MONOTONIC);
      sleep($wait) if $wait > 0;
    }
    my $now = sprintf('%.6f', clock_gettime(CLOCK_MONOTONIC));
    event(qq({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$n\@$now "}}));
  }
  event('{"type":"content_block_stop","index":0}');
  event(qq({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":$deltas}}));
}

if ("@ARGV" eq 'auth status --json') { print '{"loggedIn":true,"authMethod":"claude.ai"}'; exit }
if ("@ARGV" eq '--version') { print "0.0.0 (fake)\n"; exit }
while (my $line = <STDIN>) {
  if ($line =~ /"type":"user"/) {
    answer($1, $2) if $line =~ /Send (\d+) deltas at (\d*)/;
  }
  elsif ($line =~ /"request_id":"([^"]*)"/) {
    my $id = $1;
    if ($line =~ /"subtype":"initialize"/) { respond($id, 'success', '{"models":[{"value":"claude-haiku-4-5"}]}') }
    elsif ($line =~ /"subtype":"rewind_conversation"/) {
      respond($id, 'success', '{"rewound":true,"precedingAssistantUuid":null}');
    }
    elsif ($line =~ /"subtype":"(?:harness_ready|get_context_usage)"/) { respond($id, 'error', '{}') }
    else { respond($id, 'success', '{}') }
  }
}
