using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes metadata as a hashtable, as an object with properties, or as a JSON object in a text, as a cell of a CSV file has it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MetadataOfAttribute : ArgumentAttribute
{
    private protected override object? Read(object item, object bare) => bare switch
    {
        IDictionary map => map as Hashtable ?? new Hashtable(map),
        string text => Parse(text),
        PSObject { BaseObject: PSCustomObject } row => new Hashtable(row.Properties.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)),
        _ => throw new ArgumentTransformationMetadataException(BindingStrings.NoMetadata),
    };

    private static Hashtable Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new Hashtable((IDictionary)Plain(json.RootElement)!)
                : throw new ArgumentTransformationMetadataException(BindingStrings.NoMetadata);
        }
        catch (JsonException e)
        {
            throw new ArgumentTransformationMetadataException(BindingStrings.NoMetadata, e);
        }
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => JsonNumber.Parse(value.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(p => p.Name, p => Plain(p.Value), StringComparer.Ordinal),
        _ => null,
    };
}
