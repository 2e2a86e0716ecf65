package io.amp.core.job;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import java.util.regex.Pattern;

/** Names of workers (jobs-and-storage specification, section 2.1). Pure. */
public final class NodeIds {
    private static final Pattern START = Pattern.compile("[A-Za-z]");
    private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9_.-]");

    private NodeIds() {}

    /**
     * @return the id, unchanged
     * @throws AmpException {@link JobError#INVALID_NODE_ID} naming value and reason
     */
    public static String require(String nodeId) {
        if (nodeId.isEmpty()) {
            throw invalid(nodeId, "it is empty");
        }
        if (!START.matcher(nodeId.substring(0, 1)).matches()) {
            throw invalid(nodeId, "it must start with a letter");
        }
        var wrong = OTHER.matcher(nodeId);
        if (wrong.find()) {
            throw invalid(nodeId, "character '" + wrong.group() + "' is not one of letters, digits, '_', '.' and '-'");
        }
        return nodeId;
    }

    private static AmpException invalid(String nodeId, String reason) {
        return new AmpException(JobError.INVALID_NODE_ID, "invalid worker node ID '" + nodeId + "': " + reason);
    }
}
