using System.Management.Automation;
using System.Text.Json;
using System.Text.RegularExpressions;
using FutureHouse.Authentication;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Binding;

/// <summary>
/// Makes objects of JSON: numbers with all their digits, times as the text they are. What is a secret (a token, a signed URL) is a SecureString: there for who takes it
/// out, and shown by no view, transcript or log.
/// </summary>
internal static partial class JsonObjects
{
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase)
    {
        "access_token", "refresh_token", "id_token", "token", "api_key", "apikey", "secret", "client_secret", "password", "authorization", "signed_url", "part_urls", "upload_url", "download_url",
    };

    public static object? Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Value(document.RootElement, secret: false);
    }

    private static object? Value(JsonElement element, bool secret)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return Object(element);
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(item => Value(item, secret)).ToArray();
            case JsonValueKind.String:
                var text = element.GetString()!;
                return secret || LooksSecret().IsMatch(text) ? ApiKeySource.Protect(text) : text;
            case JsonValueKind.Number:
                return JsonNumber.Parse(element.GetRawText());
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }

    private static PSObject Object(JsonElement element)
    {
        var result = new PSObject();
        foreach (var member in element.EnumerateObject())
        {
            // Properties differ in more than case, and have a name; members of JSON need not.
            var name = member.Name.Length == 0 ? "_" : member.Name;
            for (var i = 2; result.Properties[name] is not null; i++)
            {
                name = $"{member.Name}_{i}";
            }

            result.Properties.Add(new PSNoteProperty(name, Value(member.Value, Secrets.Contains(member.Name))));
        }

        return result;
    }

    [GeneratedRegex(@"^eyJ[\w-]{8,}\.[\w-]+\.[\w-]*$|[?&](X-Goog-Signature|X-Amz-Signature|Signature|sig)=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LooksSecret();
}
