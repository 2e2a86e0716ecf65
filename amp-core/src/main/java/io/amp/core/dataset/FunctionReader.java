package io.amp.core.dataset;

import io.amp.core.json.JsonNode;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DerivedManifest.FunctionDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** JavaScript functions in derived manifests (datasets specification, sections 4.1 and 4.9). */
final class FunctionReader {
    private FunctionReader() {}

    record Function(FunctionDefinition definition, Map<String, @Nullable Object> canonical) {}

    static Function read(JsonNode node) {
        List<@Nullable Object> inputTypes = new ArrayList<>();
        List<Field> inputs = new ArrayList<>();
        for (JsonNode element : node.required("inputTypes").elements()) {
            Object type = ArrowTypeReader.type(element);
            inputTypes.add(type);
            inputs.add(ArrowTypes.field("c" + inputs.size(), type, true));
        }
        Object outputType = ArrowTypeReader.type(node.required("outputType"));
        JsonNode sourceNode = node.required("source");
        String source = sourceNode.required("source").string();
        String filename = sourceNode.required("filename").string();
        Map<String, @Nullable Object> canonicalSource = new LinkedHashMap<>();
        canonicalSource.put("source", source);
        canonicalSource.put("filename", filename);
        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        canonical.put("inputTypes", inputTypes);
        canonical.put("outputType", outputType);
        canonical.put("source", canonicalSource);
        var definition = new FunctionDefinition(
                TableSchema.of(inputs),
                TableSchema.of(List.of(ArrowTypes.field("result", outputType, true))),
                source,
                filename);
        return new Function(definition, canonical);
    }
}
