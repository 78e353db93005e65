namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Names of the query parameters of a V4 signed URL.</summary>
internal static class SignedQuery
{
    public const string Algorithm = "X-Goog-Algorithm";
    public const string Credential = "X-Goog-Credential";
    public const string Date = "X-Goog-Date";
    public const string Expires = "X-Goog-Expires";
    public const string SignedHeaders = "X-Goog-SignedHeaders";
    public const string Signature = "X-Goog-Signature";
}
