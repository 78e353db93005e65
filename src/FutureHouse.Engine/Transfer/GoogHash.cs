namespace FutureHouse.Transfer;

/// <summary>Reads <c>x-goog-hash</c>: <c>crc32c=BASE64,md5=BASE64</c>, in one header or several.</summary>
internal static class GoogHash
{
    public static string? Crc32C(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-goog-hash", out var values)
            ? values.SelectMany(v => v.Split(',')).Select(v => v.Trim()).FirstOrDefault(v => v.StartsWith("crc32c=", StringComparison.Ordinal))?["crc32c=".Length..]
            : null;
}
