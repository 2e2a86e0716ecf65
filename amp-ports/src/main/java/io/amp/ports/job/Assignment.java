package io.amp.ports.job;

/**
 * The right to write for a job: valid while the job row names this node and epoch and is not terminal.
 *
 * @param epoch fencing token, +1 on every (re)assignment
 */
public record Assignment(long jobId, String nodeId, long epoch) {}
