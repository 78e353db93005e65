namespace FutureHouse.LocalPlatform.Api;

/// <summary>An answer other than success: <c>{"detail": "…"}</c>, or the list of fields for 422 (Protocol §1).</summary>
internal sealed class ApiException(int status, string detail, IReadOnlyList<FieldProblem>? fields = null) : Exception(detail)
{
    public int Status { get; } = status;

    public IReadOnlyList<FieldProblem>? Fields { get; } = fields;

    public static ApiException EntryNotFound() => new(StatusCodes.Status404NotFound, "Data storage entry not found");

    public static ApiException DatasetNotFound() => new(StatusCodes.Status404NotFound, "Dataset not found");

    public static ApiException Forbidden() => new(StatusCodes.Status403Forbidden, "Not authorized");

    public static ApiException Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    public static ApiException Invalid(string detail) => new(StatusCodes.Status422UnprocessableEntity, detail);
}

/// <summary>A member of a request that is not as it must be.</summary>
internal sealed record FieldProblem(IReadOnlyList<object> Loc, string Msg, string Type);
