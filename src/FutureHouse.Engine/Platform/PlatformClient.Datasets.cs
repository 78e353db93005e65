using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <content>Datasets (Protocol §3).</content>
public sealed partial class PlatformClient
{
    private const string DatasetsRoute = "v0.1/data-storage/datasets";

    /// <summary>Creates a dataset (Protocol §3). Never makes two: where an answer is lost and nothing tells whether the dataset is there, that is the error.</summary>
    /// <param name="name">Name; must not be empty.</param>
    /// <param name="description">Free text about it.</param>
    /// <param name="id">Identifier of one's own, or <see langword="null"/> for one of the service's.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <param name="userId">Owner to name; services accept and ignore it.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="InvalidRequestException">The name is empty, or the service refuses something.</exception>
    /// <exception cref="ConflictException">The identifier is taken.</exception>
    public async Task<Dataset> CreateDatasetAsync(string name, string? description, Guid? id, CancellationToken ct, string? userId = null)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.EmptyName, Messages.ADataset)) { Target = id };
        }

        var call = Call(HttpMethod.Post, DatasetsRoute, Messages.OpCreateDataset, name, id is null ? name : id) with
        {
            Body = PlatformJson.Write(new CreateDatasetBody(name, description, id, userId), PlatformJson.Wire.CreateDatasetBody),
            IdempotencyKey = Guid.NewGuid().ToString("D"),
        };
        FutureHouseException? doubt = null;
        try
        {
            return await _retries.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return Read(call, await SendAsync(call, token).ConfigureAwait(false), PlatformJson.Wire.DatasetAnswer, WireMapper.Dataset);
                    }
                    catch (FutureHouseException e) when (e.Repeat == Repeatability.InDoubt)
                    {
                        doubt = e;
                        throw;
                    }
                    catch (ConflictException) when (doubt is not null && id is not null)
                    {
                        // The first request made it and its answer was lost: nobody else had the identifier before it.
                        var made = await GetDatasetAsync(id.Value, token).ConfigureAwait(false);
                        return made.Name == name ? made : throw doubt;
                    }
                },
                // With an identifier of its own a second dataset is impossible; without one only the service can prevent it.
                failure => failure.Repeat == Repeatability.NotProcessed || id is not null || _keyedRoutes.ContainsKey(call.Route),
                ct).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (doubt is not null && e.Repeat == Repeatability.InDoubt && id is null)
        {
            throw ErrorMapper.LeftInDoubt(doubt, null, call.Operation);
        }
    }

    /// <summary>Deletes a dataset and every entry in it (Protocol §3).</summary>
    /// <param name="id">The dataset.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>A task that ends when the service has said so.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ForbiddenException">It is another's.</exception>
    public Task DeleteDatasetAsync(Guid id, CancellationToken ct) => DeleteAsync(Dataset(HttpMethod.Delete, id, Messages.OpDeleteDataset), ct);

    private ApiCall Dataset(HttpMethod method, Guid id, string operation) => Call(method, $"{DatasetsRoute}/{id:D}", operation, id, id);
}
