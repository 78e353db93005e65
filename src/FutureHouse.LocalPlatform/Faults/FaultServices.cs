using System.Text.Json;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>
/// Faults on request, for tests (gcs-transfer, "Faults the local platform can inject on request"):
/// <c>POST /testbench/faults</c> <c>{"faults": [{"operation", "fault", "times"?: n or "always"}]}</c> appends to an ordered list;
/// each request takes the first pending fault of its operation. <c>GET /testbench/faults</c> shows what has fired,
/// <c>GET /testbench/requests</c> what was asked; <c>DELETE</c> clears either.
/// </summary>
public static class FaultServices
{
    internal const string Prefix = "/testbench";

    /// <summary>Adds the register of faults; without it the two methods below do nothing.</summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddFaults(this IServiceCollection services) => services.AddSingleton<FaultRegister>();

    /// <summary>Lets faults at requests. Belongs before every other middleware.</summary>
    /// <param name="app">The host's pipeline.</param>
    public static IApplicationBuilder UseFaults(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.ApplicationServices.GetService<FaultRegister>() is null ? app : app.UseMiddleware<FaultMiddleware>();
    }

    /// <summary>Maps the routes that register faults.</summary>
    /// <param name="endpoints">The host's routes.</param>
    public static IEndpointRouteBuilder MapFaults(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<FaultRegister>() is not { } register)
        {
            return endpoints;
        }

        var group = endpoints.MapGroup(Prefix).ExcludeFromDescription().AllowAnonymous();
        group.MapPost("/faults", (JsonElement body) => Register(register, body));
        group.MapGet("/faults", () => Results.Json(register.Rules.Select(rule =>
            new { operation = rule.Operation, fault = rule.Name, fired = rule.Count > 0, count = rule.Count })));
        group.MapDelete("/faults", () => Cleared(register.ClearRules));
        group.MapGet("/requests", () => Results.Json(register.Requests.Select(entry =>
            new { operation = entry.Operation, method = entry.Method, path = entry.Path, status = entry.Status })));
        group.MapDelete("/requests", () => Cleared(register.ClearRequests));
        return endpoints;
    }

    private static IResult Register(FaultRegister register, JsonElement body)
    {
        var rules = new List<FaultRule>();
        try
        {
            foreach (var item in body.GetProperty("faults").EnumerateArray())
            {
                var (operation, name) = (item.GetProperty("operation").GetString()!, item.GetProperty("fault").GetString()!);
                if (!Operations.All.Contains(operation))
                {
                    return Invalid($"There is no operation '{operation}'. Operations: {string.Join(", ", Operations.All)}.");
                }

                if (FaultTable.Find(name) is not { } fault)
                {
                    return Invalid($"There is no fault '{name}'.");
                }

                rules.Add(new FaultRule(operation, name, fault, Times(item)));
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Invalid("""Wanted: {"faults": [{"operation": "…", "fault": "…", "times"?: n or "always"}]}.""");
        }

        register.Add(rules);
        return Results.Json(new { registered = rules.Count });
    }

    private static int? Times(JsonElement item) => !item.TryGetProperty("times", out var times) ? 1
        : times.ValueKind == JsonValueKind.String ? times.GetString() == "always" ? null : throw new FormatException()
        : times.GetInt32();

    private static IResult Invalid(string detail) => Results.Json(new { detail }, statusCode: StatusCodes.Status422UnprocessableEntity);

    private static IResult Cleared(Action clear)
    {
        clear();
        return Results.NoContent();
    }
}
