package io.amp.adapters.http.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderRegistry;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /providers} (section 12). Bodies are never logged: they may hold secrets. */
final class ProviderRoutes {
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> VALUES = new TypeReference<>() {};

    private final ProviderRegistry providers;

    ProviderRoutes(ProviderRegistry providers) {
        this.providers = providers;
    }

    void register(RoutesConfig routes) {
        routes.get("/providers", Failures.as(AdminError.LIST_PROVIDERS_ERROR, this::list));
        routes.post("/providers", Failures.as(AdminError.STORE_ERROR, this::save));
        routes.get("/providers/{name}", Failures.as(AdminError.PROVIDER_CONVERSION_ERROR, this::find));
        routes.delete("/providers/{name}", Failures.as(AdminError.STORE_ERROR, this::delete));
    }

    private void list(Context context) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("providers");
        providers.list().forEach(provider -> entries.add(json(provider)));
        Inputs.answer(context, 200, body);
    }

    /** A superset for all client generations: the keys flat, and again under {@code config}. */
    private static ObjectNode json(ProviderConfig provider) {
        ObjectNode entry = Inputs.JSON.createObjectNode();
        entry.put("name", provider.name());
        ObjectNode config = Inputs.JSON.valueToTree(provider.values());
        config.remove("name");
        entry.setAll(config);
        entry.set("config", config.deepCopy());
        return entry;
    }

    private void save(Context context) throws IOException {
        ObjectNode request = Inputs.object(
                Inputs.body(context, Inputs.BODY_BYTES_MAX, AdminError.INVALID_REQUEST_BODY),
                false,
                AdminError.INVALID_REQUEST_BODY);
        String name = Inputs.optionalText(request, "name", AdminError.INVALID_REQUEST_BODY)
                .orElseThrow(() -> new AmpException(AdminError.INVALID_REQUEST_BODY, "missing field 'name'"));
        request.remove("name");
        Map<String, @Nullable Object> values = Inputs.JSON.convertValue(request, VALUES);
        providers.save(name, values);
        context.status(201);
    }

    private void find(Context context) {
        String name = context.pathParam("name");
        ProviderConfig provider = providers
                .find(name)
                .orElseThrow(
                        () -> new AmpException(AdminError.PROVIDER_NOT_FOUND, "provider '" + name + "' not found"));
        Inputs.answer(context, 200, json(provider));
    }

    private void delete(Context context) {
        providers.delete(context.pathParam("name"));
        context.status(204);
    }
}
